import { lintRule } from '../lint-rule.ts'

const USER = 'system:node:'
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

const isNodeName = (user: string): boolean =>
  user
    .slice(USER.length)
    .split('.')
    .every((label) => LABEL.test(label))

export const nodeNameForm = lintRule({
  name: 'node-name-form',
  requires: 'node names of lower case (RFC 1123), as the node authorizer compares them',
  source: 'Kubernetes, Object names and IDs',
  findFault: ({ commonNames }) => {
    const wrong = commonNames.find((name) => name.startsWith(USER) && !isNodeName(name))
    return wrong === undefined ? undefined : `"${wrong}" holds no name of a node`
  },
})
