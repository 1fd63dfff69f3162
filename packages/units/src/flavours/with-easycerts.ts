import { certmgrDirectories, layoutOf } from '@easycerts/shared/layout'
import { accounts, CA_USER, caServer, certmgr, keyOwners, programsOf } from '../modern/index.ts'
import { type NodeStack, roleOfNode, type StackRequest, unitFile } from '../stack/index.ts'

/**
 * What a flavour lacks whose source knows nothing of certmgr: who renews the certificates that its
 * units name, and the users that own their keys. The source's own form stays as it is.
 */
export const withEasycerts = (request: StackRequest, stack: NodeStack): NodeStack => {
  const { description, node, verbatim, ...daemon } = request
  if (verbatim === true || !node.components.has('certificates')) return stack
  const role = roleOfNode(node)
  const facts = {
    ...daemon,
    programs: programsOf(request),
    certmgrWrites: certmgrDirectories(layoutOf(description.layout), role),
  }
  const users = daemon.caServer === undefined ? [] : ([CA_USER] as const)
  const units = [...caServer(facts).units, ...certmgr(facts).units]
  const enabled = units.filter(({ sections }) => sections.some(({ name }) => name === 'Install'))
  return {
    ...stack,
    files: [
      ...stack.files,
      ...accounts([...keyOwners(role, description.layout), ...users]),
      ...units.map((unit) => unitFile(unit)),
    ],
    units: [...enabled.map(({ name }) => name), ...stack.units],
  }
}
