import type { ComponentFiles } from '../../stack/index.ts'
import type { StackFacts } from '../stack-facts.ts'
import { addonManagerRoles, apiserverRoles, flannelRoles } from './bootstrap-rbac.ts'
import { coredns, corednsRoles } from './coredns.ts'
import { addonFile, bootstrapFile } from './manifest.ts'

/** What a bare cluster lacks: roles of its components, which are no administrators, and DNS. */
export const addons = (facts: StackFacts): ComponentFiles => {
  const { enabled } = facts.options.coredns
  return {
    units: [],
    files: [
      bootstrapFile('kube-apiserver', apiserverRoles(facts.description.layout)),
      bootstrapFile('kube-addon-manager', addonManagerRoles),
      ...(facts.description.cni === 'flannel' ? [bootstrapFile('flannel', flannelRoles)] : []),
      ...(enabled
        ? [bootstrapFile('coredns', corednsRoles), addonFile('coredns', coredns(facts))]
        : []),
    ],
  }
}
