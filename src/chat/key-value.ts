/** A few short texts that outlive the process, in a store that all processes share. */
export interface KeyValue {
  get(key: string): Promise<string | undefined>;
  /** @param keepMs how long it is of use; for good unless told. A store may forget it earlier, but not keep it for ever. */
  set(key: string, value: string, keepMs?: number): Promise<void>;
  delete(key: string): Promise<void>;
}
