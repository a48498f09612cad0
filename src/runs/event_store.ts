/**
 * A run's events, in events.sqlite. One writer appends; any number of readers, in this process or
 * others, read while it does (write-ahead log). Row ids are event ids.
 *
 * A commit outlives the process at once (kill -9), and a power cut from the next `flush` on: SQLite
 * syncs the log only there (`synchronous = normal`), so that an event costs microseconds.
 */
import { resolve, toFileUrl } from "@std/path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { EventPage, RunEvent, RunEventType, StoredEvent } from "../core/protocol.ts";
import { isReadOnly, orStorageError, StorageError } from "./storage_error.ts";

const SCHEMA_VERSION = 1;
const BUSY_TIMEOUT_MS = 5000;
const PAGE_LIMIT = 10_000;

/** `steps` are most of the rows; the index holds the rest, so that finding those stays fast. */
const SCHEMA = `
  CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    step INTEGER NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX event_besides_steps ON event (type, id) WHERE type <> 'step';
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** SQLite's result code for a file it cannot open, or whose log it cannot. */
const SQLITE_CANTOPEN = 14;

function isCannotOpen(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number" &&
    (error.errcode & 0xff) === SQLITE_CANTOPEN;
}

function assertVersion(database: DatabaseSync, path: string): void {
  const version = database.prepare("PRAGMA user_version").get()?.user_version;
  if (version === SCHEMA_VERSION) return;
  throw new StorageError(
    `Cannot read events from "${path}": expected version ${SCHEMA_VERSION}, got ${version}. ` +
      "A newer Atelier may have written it: open it with that one",
  );
}

/** Opens a database that passes `assertVersion` for reading, or closes it and throws. */
function openForReading(location: string | URL, path: string): DatabaseSync {
  const database = new DatabaseSync(location, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    assertVersion(database, path);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** The one writer. Whoever opens it holds the run's lock. */
export class EventWriter implements Disposable {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;

  private constructor(path: string, database: DatabaseSync) {
    this.#path = path;
    this.#database = database;
    database.exec("PRAGMA synchronous = normal");
    this.#insert = database.prepare(
      "INSERT INTO event (time, step, type, body) VALUES (?, ?, ?, ?)",
    );
  }

  /**
   * Opens a store, recovering what a killed writer left in its log. Where there is none it makes an
   * empty one: for a new run, or for one whose damaged store was deleted.
   */
  static open(path: string): EventWriter {
    return orStorageError("open the event store", path, () => {
      const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
      try {
        if (database.prepare("PRAGMA schema_version").get()?.schema_version === 0) {
          database.exec("PRAGMA journal_mode = wal");
          database.exec(`BEGIN; ${SCHEMA} COMMIT`);
        }
        assertVersion(database, path);
        return new EventWriter(path, database);
      } catch (error) {
        database.close();
        throw error;
      }
    });
  }

  /** Stores one event; readers see it when this returns. */
  append(event: RunEvent, time: number): StoredEvent {
    return orStorageError("store an event in", this.#path, () => {
      const { lastInsertRowid } = this.#insert.run(
        time,
        event.step,
        event.type,
        JSON.stringify(event),
      );
      return { id: Number(lastInsertRowid), time, event };
    });
  }

  /**
   * In one stroke: deletes every event past `event.step`, or every event at all where that is 0, and
   * stores `event`. For resuming, and for starting over.
   */
  rewind(event: RunEvent, time: number): StoredEvent {
    return orStorageError("rewind the events in", this.#path, () => {
      this.#database.exec("BEGIN IMMEDIATE");
      try {
        this.#database.prepare("DELETE FROM event WHERE step > ?1 OR ?1 = 0").run(event.step);
        const stored = this.append(event, time);
        this.#database.exec("COMMIT");
        return stored;
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec("ROLLBACK"); // SQLite may have
        throw error;
      }
    });
  }

  /** Whether an event of this type and step is stored. */
  has(type: RunEventType, step: number): boolean {
    const found = this.#database.prepare("SELECT 1 FROM event WHERE type = ? AND step = ? LIMIT 1");
    return found.get(type, step) !== undefined;
  }

  /** Makes what was stored so far outlive a power cut. */
  flush(): void {
    orStorageError("sync the event store", this.#path, () => {
      this.#database.exec("PRAGMA wal_checkpoint(PASSIVE)");
    });
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

/** Which events to read. */
export interface EventQuery {
  /** Only events with greater ids; from the first when left out. */
  readonly after?: number;
  /** At most this many, and never more than 10,000; 1,000 when left out. */
  readonly limit?: number;
  /** Only these types; all when left out. */
  readonly types?: readonly RunEventType[];
}

/** Events without ids and times, oldest first. */
export interface EventBodies {
  readonly events: readonly RunEvent[];
  readonly lastId: number;
  /** Pass as `after` to go on; null at the end. */
  readonly next: number | null;
}

function boundedLimit(limit: number): number {
  return Math.max(1, Math.min(PAGE_LIMIT, limit));
}

/** What follows `FROM event` in SQL for a page; parameters: `after`, each of `types`, the limit. */
function rowsWanted(types: readonly RunEventType[] | undefined): string {
  const wanted = types ? `AND type IN (${types.map(() => "?").join(", ")})` : "";
  // Stated so that SQLite sees that its index holds every row wanted.
  const indexed = types && !types.includes("step") ? "AND type <> 'step'" : "";
  return `WHERE id > ? ${wanted} ${indexed} ORDER BY id LIMIT ?`;
}

/** One reader. It sees what was stored at the time of each call, and never blocks the writer. */
export class EventReader implements Disposable {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** Holds a copy of the store when the folder itself cannot be read in place. */
  readonly #copy: string | null;

  private constructor(path: string, database: DatabaseSync, copy: string | null) {
    this.#path = path;
    this.#database = database;
    this.#copy = copy;
  }

  /**
   * Opens a store for reading: with its writer alive, ended or killed, and in a folder where nothing
   * may be written. Throws a StorageError where there is none, or no sound one.
   */
  static open(path: string): EventReader {
    return orStorageError("open the event store", path, () => {
      Deno.statSync(path); // for the system's own word on a missing file
      try {
        return new EventReader(path, openForReading(path, path), null);
      } catch (error) {
        // Reading beside a log takes a shared index file, which cannot be made in this folder.
        if (!isCannotOpen(error) && !isReadOnly(error)) throw error;
        return EventReader.#openUnwritable(path);
      }
    });
  }

  /** No writer can be at work in such a folder, so it is safe to read around SQLite's locks. */
  static #openUnwritable(path: string): EventReader {
    let logged = 0;
    try {
      logged = Deno.statSync(`${path}-wal`).size;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    if (logged === 0) {
      const address = toFileUrl(resolve(path));
      address.searchParams.set("immutable", "1");
      return new EventReader(path, openForReading(address, path), null);
    }
    const copy = Deno.makeTempDirSync({ prefix: "atelier-events-" });
    try {
      for (const end of ["", "-wal"]) Deno.copyFileSync(path + end, `${copy}/events.sqlite${end}`);
      return new EventReader(path, openForReading(`${copy}/events.sqlite`, path), copy);
    } catch (error) {
      Deno.removeSync(copy, { recursive: true });
      throw error;
    }
  }

  /** One page, oldest first. */
  page({ after = 0, limit = 1000, types }: EventQuery = {}): EventPage {
    const count = boundedLimit(limit);
    return orStorageError("read events from", this.#path, () => {
      const rows = this.#prepare(`SELECT id, time, body FROM event ${rowsWanted(types)}`)
        .all(after, ...(types ?? []), count + 1);
      const events = rows.slice(0, count).map((row): StoredEvent => ({
        id: Number(row.id),
        time: Number(row.time),
        event: JSON.parse(String(row.body)) as RunEvent, // the writer made it of a RunEvent
      }));
      return { events, next: rows.length > count ? events.at(-1)!.id : null };
    });
  }

  /**
   * As `page`, without ids and times: parsed as one text, which takes a third of the time. `next` is
   * null at the end, `lastId` that of the last event, or `after` where there is none.
   */
  bodies({ after = 0, limit = 1000, types }: EventQuery = {}): EventBodies {
    const count = boundedLimit(limit);
    return orStorageError("read events from", this.#path, () => {
      const row = this.#prepare(
        `SELECT max(id) AS lastId, '[' || group_concat(body, ',' ORDER BY id) || ']' AS bodies
         FROM (SELECT id, body FROM event ${rowsWanted(types)})`,
      ).get(after, ...(types ?? []), count);
      const events = JSON.parse(String(row?.bodies ?? "[]")) as RunEvent[]; // as in `page`
      const lastId = Number(row?.lastId ?? after);
      return { events, lastId, next: events.length === count ? lastId : null };
    });
  }

  /** Every event of one type, oldest first. For the rare types: one does not want every step. */
  all<T extends Exclude<RunEventType, "step">>(type: T): Extract<RunEvent, { type: T }>[] {
    return orStorageError(
      "read events from",
      this.#path,
      () =>
        this.#prepare("SELECT body FROM event WHERE type = ? AND type <> 'step' ORDER BY id")
          .all(type)
          .map((row) => JSON.parse(String(row.body)) as Extract<RunEvent, { type: T }>),
    );
  }

  /** The newest event's id; 0 where there is none. */
  lastId(): number {
    return orStorageError(
      "read events from",
      this.#path,
      () => Number(this.#prepare("SELECT max(id) AS id FROM event").get()?.id ?? 0),
    );
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  [Symbol.dispose](): void {
    this.#database.close();
    if (this.#copy !== null) Deno.removeSync(this.#copy, { recursive: true });
  }
}
