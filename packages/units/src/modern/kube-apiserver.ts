import { HARDENING } from '../systemd/index.ts'
import { apiserverAuthentication } from './apiserver-authentication.ts'
import { apiserverAuthorization } from './apiserver-authorization.ts'
import { apiserverFlags } from './apiserver-flags.ts'
import { argumentsOf } from './component-command.ts'
import type { ComponentFiles } from '../stack/index.ts'
import { unitName } from './layout-lookup.ts'
import { kubernetesService } from './service-unit.ts'
import { kubernetesProgram, type StackFacts } from './stack-facts.ts'

export const kubeApiserver = (facts: StackFacts): ComponentFiles => ({
  units: [
    kubernetesService({
      name: unitName('kube-apiserver'),
      description: 'kube-apiserver, the front door of the cluster',
      after: facts.node.components.has('etcd') ? [unitName('etcd')] : [],
      type: 'notify',
      user: facts.paths.certificateOf('kube-apiserver').owner,
      restartSeconds: 5,
      command: {
        program: kubernetesProgram(facts.programs, 'kube-apiserver'),
        arguments: argumentsOf(facts, 'kube-apiserver', apiserverFlags(facts)),
      },
      service: [['LimitNOFILE', '65536']],
      hardening:
        facts.description.apiserverPort < 1024 ? HARDENING.apiserverOnLowPort : HARDENING.apiserver,
    }),
  ],
  files: [...apiserverAuthentication(facts.minor), ...apiserverAuthorization(facts.minor)],
})
