export * from './node-stack-input.ts'
export * from './build-node-stack.ts'
export { CSR_SIGNER } from './config-paths.ts'
export { CA_USER, caServer } from './ca-server.ts'
export { certmgr } from './certmgr.ts'
export * from './key-owners.ts'
export {
  corednsAccount,
  corednsConfig,
  corednsDeployment,
  corednsRole,
  corednsRoleBinding,
  corednsService,
  keptAddon,
} from './addons/index.ts'
