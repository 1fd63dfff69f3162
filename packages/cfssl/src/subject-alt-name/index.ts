export * from './classify-host.ts'
export * from './encode-names.ts'
