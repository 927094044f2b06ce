import type { Scenarios } from "../driver.ts";
import type { Shell } from "./shell.ts";

/** `~` is the scenario's own node. */
export const SCENARIOS: Scenarios<Shell> = {
  nodes: {
    body: (s) =>
      s.steps(
        "create ~/a one",
        "create ~/a one",
        "create ~/none/a",
        "get ~/a",
        "get -s ~/a",
        "get ~/none",
        "set ~/a two",
        "set -s ~/a three",
        "set -v 0 ~/a four",
        "set ~/none x",
        "stat ~/a",
        "stat ~/none",
        "ls ~",
        "ls -s ~",
        "ls ~/none",
        "create ~/a/b",
        "create ~/a/b/c",
        "ls -R ~",
        "delete ~/a",
        "delete -v 7 ~/a/b/c",
        "delete ~/a/b/c",
        "delete ~/none",
        "deleteall ~/a",
        "deleteall ~/none",
        "ls ~",
        "sync ~",
        "sync ~/none",
        "delete /zookeeper/quota",
        "create relative",
      ),
  },
  "create-flags": {
    body: (s) =>
      s.steps(
        "create -e ~/e x",
        "create -s ~/s- x",
        "create -s -e ~/se- x",
        "create -c ~/c",
        "create -t 3600000 ~/t x",
        "create -s -t 3600000 ~/st- x",
        "create -t 0 ~/t0 x",
        "create -e -t 100 ~/et x",
        "create -c -e ~/ce",
        "create ~/e/child",
        "create ~/acl x world:anyone:r",
        "set ~/acl y",
        "getAcl ~/acl",
        "ls ~",
        "getEphemerals",
        "getEphemerals ~/s",
        "getEphemerals /none",
        "getAllChildrenNumber ~",
        "getAllChildrenNumber ~/none",
        "stat ~/e",
      ),
  },
  acl: {
    body: (s) =>
      s.steps(
        "create ~/n x",
        "getAcl ~/n",
        "getAcl -s ~/n",
        "getAcl ~/none",
        "create ~/x",
        "setAcl ~/x world:anyone:cdrwx",
        "setAcl ~/n nothing:x:r",
        "setAcl ~/n auth:me:rwa",
        "setAcl -v 5 ~/n world:anyone:r",
        "whoami",
        "addauth digest me:secret",
        "whoami",
        "setAcl ~/n auth::cdrwa",
        "getAcl ~/n",
        "create ~/n/m x digest:other:pass=:r,world:anyone:a",
        "getAcl ~/n/m",
        "get ~/n/m",
        "create ~/t",
        "create ~/t/u",
        "setAcl -R ~/t world:anyone:r",
        "getAcl ~/t/u",
        "addauth digest super:secret",
        "get ~/n/m",
      ),
  },
  watches: {
    body: async (s) => {
      const events = async (name: string, count: number): Promise<void> =>
        s.record(name, [...(await s.events(count))].sort());
      await s.steps("create ~/n x", "get -w ~/n", "stat -w ~/later", "ls -w ~", "set ~/n y");
      await events("data", 1);
      await s.steps("create ~/later x");
      await events("exists and children", 2);
      await s.steps("addWatch -m PERSISTENT ~/n", "set ~/n z", "set ~/n z");
      await events("persistent", 2);
      await s.steps("create ~/n/c");
      await events("its children", 1);
      await s.steps(
        "addWatch -m PERSISTENT_RECURSIVE ~/later",
        "create ~/later/a",
        "create ~/later/a/b",
        "set ~/later/a q",
      );
      await events("recursive", 3);
      await s.steps("removewatches ~/later", "removewatches ~/none", "removewatches -d ~/n");
      s.record("removed", [...(await s.events(2))].sort());
      await s.steps("addWatch -m NONSENSE ~/n", "get -w ~/none");
    },
  },
  quota: {
    body: (s) =>
      s.steps(
        "create ~/q x",
        "setquota -n 3 ~/q",
        "listquota ~/q",
        "create ~/q/a 12",
        "setquota -N 4 ~/q",
        "setquota -B 20 ~/q",
        "listquota ~/q",
        "create ~/q/b 1234567890",
        "create ~/q/c 1234567890",
        "create ~/q/d 1",
        "create ~/q/e 1",
        "listquota ~/q",
        "setquota -n 3 ~/q/a",
        "setquota -n 3 ~/none",
        "delquota -n ~/q",
        "listquota ~/q",
        "delquota ~/q",
        "listquota ~/q",
        "delquota ~/q",
        "create ~/q/f 12345678901234567890",
      ),
  },
  deleteall: {
    body: async (s) => {
      for (let i = 0; i < 30; i += 1) await s.run(`create ${s.root}/n${i}`);
      await s.steps("ls -s ~", "deleteall ~ -b 7", "ls ~", "stat ~");
    },
  },
  configuration: {
    body: async (s) => {
      await s.steps(
        "reconfig -add server.9=127.0.0.1:1:2;3",
        "reconfig -remove 1",
        "reconfig -members server.1=127.0.0.1:1:2;3",
      );
      s.record("config's last line", (await s.run("config")).at(-1)?.split("=")[0] ?? "");
    },
  },
  sessions: {
    body: async (s) => {
      const other = await s.other();
      await other.run(`create -e ${s.root}/e x`);
      await s.steps("sync ~", "stat -w ~/e");
      await other.run("close");
      s.record("closed", await s.events(1));
      await s.steps("ls ~", "close");
      s.record("connect", await s.run(`connect ${s.hosts}`));
      await s.steps("ls ~");
      const inside = await s.other(s.hosts + s.root);
      await inside.steps("create /n x", "ls /", "get /n", "getAllChildrenNumber /");
    },
  },
};
