/** What was applied from files. */
export interface DeclaredTables {
  declared: DeclaredTable;
}

/** Something that a set of files has declared, so that it can be deleted when they do no longer. */
export interface DeclaredTable {
  set_name: string;
  kind: string;
  name: string;
}
