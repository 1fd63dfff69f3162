export * from './legacy-name.ts'
export * from './override-subject.ts'
