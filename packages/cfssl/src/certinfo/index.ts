export * from './certinfo.ts'
export * from './bundle-object.ts'
