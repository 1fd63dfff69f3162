export * from './simulate-year.ts'
export { DEFAULT_LIFE } from './simulated-ca.ts'
