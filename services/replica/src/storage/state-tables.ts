import {
  type HardState,
  type Incarnation,
  type Members,
  type StoreId,
  ZXID_ZERO,
  type Zxid,
} from "@meerkat/zab";
import type Sqlite from "better-sqlite3";
import { EPOCH_ZERO_STATE } from "./empty-state.ts";
import { decodeMembersText, encodeMembersText } from "./members-text.ts";
import { numbersChecksum } from "./row-checksum.ts";
import type { admission, hardState } from "./schema.ts";
import { StorageRefused } from "./storage-refused.ts";

type HardStateRow = Omit<typeof hardState.$inferSelect, "voice"> & { readonly voice: number };
type AdmissionRow = typeof admission.$inferSelect;

export interface Admission {
  readonly zxid: Zxid;
  readonly members: Members;
}

/** The small tables: identity, epochs and voice, and who was admitted when. */
export class StateTables {
  readonly #path;
  readonly #readStoreId;
  readonly #writeStoreId;
  readonly #nextIncarnation;
  readonly #readHardState;
  readonly #writeHardState;
  readonly #admit;
  readonly #admissions;
  readonly #forgetAfter;
  readonly #forgetBehind;

  constructor(sqlite: Sqlite.Database, path: string) {
    this.#path = path;
    this.#readStoreId = sqlite.prepare<[], StoreId>("SELECT store_id FROM meta").pluck();
    this.#writeStoreId = sqlite.prepare("UPDATE meta SET store_id = ?");
    this.#nextIncarnation = sqlite
      .prepare<[number], Incarnation>(
        "UPDATE meta SET incarnation = max(incarnation + 1, ?) RETURNING incarnation",
      )
      .pluck();
    this.#readHardState = sqlite.prepare<[], HardStateRow>(
      "SELECT id, accepted_epoch AS acceptedEpoch, current_epoch AS currentEpoch, voice, " +
        "committed, crc FROM hard_state",
    );
    this.#writeHardState = sqlite.prepare(
      "INSERT OR REPLACE INTO hard_state (id, accepted_epoch, current_epoch, voice, committed, crc) " +
        "VALUES (1, ?, ?, ?, ?, ?)",
    );
    this.#admit = sqlite.prepare("INSERT INTO admission (zxid, members) VALUES (?, ?)");
    this.#admissions = sqlite.prepare<[], AdmissionRow>("SELECT * FROM admission ORDER BY zxid");
    this.#forgetAfter = sqlite.prepare("DELETE FROM admission WHERE zxid > ?");
    this.#forgetBehind = sqlite.prepare(
      "DELETE FROM admission WHERE zxid < (SELECT max(zxid) FROM admission WHERE zxid <= ?)",
    );
  }

  get storeId(): StoreId {
    const storeId = this.#readStoreId.get();
    if (storeId === undefined) throw new StorageRefused(`${this.#path} has lost its identity.`);
    return storeId;
  }

  set storeId(storeId: StoreId) {
    this.#writeStoreId.run(storeId);
  }

  /** Begins a run: its incarnation is larger than every earlier one of this folder. */
  nextIncarnation(nowMs: number): Incarnation {
    const incarnation = this.#nextIncarnation.get(nowMs);
    if (incarnation === undefined) throw new StorageRefused(`${this.#path} has lost its identity.`);
    return incarnation;
  }

  /** @throws StorageRefused when the row is damaged: what was promised cannot be guessed. */
  readHardState(): { readonly state: HardState; readonly committed: Zxid } {
    const row = this.#readHardState.get();
    if (row === undefined) return { state: EPOCH_ZERO_STATE, committed: ZXID_ZERO };
    const { acceptedEpoch, currentEpoch, voice, committed, crc } = row;
    if (numbersChecksum(acceptedEpoch, currentEpoch, voice, committed) !== crc) {
      throw new StorageRefused(
        `${this.#path}: the row with this replica's epochs is damaged. Move the folder away and ` +
          "start again: the replica then joins with an empty folder and fetches everything.",
      );
    }
    const state = { acceptedEpoch, currentEpoch, voice: voice === 1 } as HardState;
    return { state, committed: committed as Zxid };
  }

  writeHardState({ acceptedEpoch, currentEpoch, voice }: HardState, committed: Zxid): void {
    const crc = numbersChecksum(acceptedEpoch, currentEpoch, Number(voice), committed);
    this.#writeHardState.run(acceptedEpoch, currentEpoch, Number(voice), committed, crc);
  }

  admit({ zxid, members }: Admission): void {
    this.#admit.run(zxid, encodeMembersText(members));
  }

  forgetAdmissionsAfter(zxid: Zxid): void {
    this.#forgetAfter.run(zxid);
  }

  /** Keeps the one that is in force at `zxid`, and the later ones. */
  forgetAdmissionsBehind(zxid: Zxid): void {
    this.#forgetBehind.run(zxid);
  }

  clearAdmissions(): void {
    this.forgetAdmissionsAfter(ZXID_ZERO);
  }

  admissions(): readonly Admission[] {
    return this.#admissions
      .all()
      .map(({ zxid, members }) => ({ zxid: zxid as Zxid, members: decodeMembersText(members) }));
  }

  membersAt(zxid: Zxid): Members {
    let members: Members = new Map();
    for (const entry of this.admissions()) if (entry.zxid <= zxid) members = entry.members;
    return members;
  }
}
