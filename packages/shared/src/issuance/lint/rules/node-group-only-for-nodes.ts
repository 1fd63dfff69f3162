import { lintRule } from '../lint-rule.ts'

export const nodeGroupOnlyForNodes = lintRule({
  name: 'node-group-only-for-nodes',
  requires: 'group system:nodes exactly for users system:node:<name>',
  source: 'Kubernetes, Using Node authorization',
  findFault: ({ commonNames, organizations }) => {
    const isNode = commonNames.some((name) => name.startsWith('system:node:'))
    if (isNode === organizations.includes('system:nodes')) return undefined
    return isNode ? 'it is a node outside of system:nodes' : 'it is in system:nodes and no node'
  },
})
