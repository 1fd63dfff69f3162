export { kubeaszStack } from './kubeasz-stack.ts'
