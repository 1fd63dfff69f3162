export * from './node-stack-input.ts'
export * from './build-node-stack.ts'
export { caServer } from './ca-server.ts'
export { certmgr } from './certmgr.ts'
