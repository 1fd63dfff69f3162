export * from './changes-of-specs.ts'
export * from './load-specs.ts'
export * from './find-duplicates.ts'
export * from './find-foreign-units.ts'
