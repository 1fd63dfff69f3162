export * from './terminal.ts'
export type { Columns, RowStream } from './stream-rows.ts'
export type { TextStyle } from './render-table.ts'
export { printableLine } from './printable.ts'
