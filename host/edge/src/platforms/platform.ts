/** What differs between the places where a store runs. */
export interface Platform {
  /** Its name, as INFO shows it in `os`. */
  readonly name: string;
  /** Brings the compiled core module of the store. It is called once for all stores. */
  load(): Promise<WebAssembly.Module>;
  /** Up to how many characters text is encoded without the platform's encoder; 48 when undefined. */
  readonly shortText?: number;
  /** How much memory a store may use when nobody says, for example `64mb`; as much as there is when undefined. */
  readonly maxMemory?: string;
}
