export {
  accessConfiguration,
  passwordVariable,
  ROLES,
  type Role,
  roleEnvironment,
} from "./roles.ts";
