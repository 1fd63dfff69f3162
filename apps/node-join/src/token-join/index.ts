export { parseCaPin } from './choose-trust.ts'
export * from './run-token-join.ts'
