export * from './load-specs.ts'
export { pathsOf } from './choose-specs.ts'
export * from './changes-of-specs.ts'
