export * from './generated-file.ts'
export * from './component-files.ts'
export * from './node-stack.ts'
export * from './stack-request.ts'
