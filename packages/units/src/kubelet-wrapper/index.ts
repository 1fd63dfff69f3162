export { kubeletWrapperStack } from './kubelet-wrapper-stack.ts'
