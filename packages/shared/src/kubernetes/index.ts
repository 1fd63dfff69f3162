export * from './kubeconfig.ts'
