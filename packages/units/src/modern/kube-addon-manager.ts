import { environmentVariable, HARDENING, literalPath } from '../systemd/index.ts'
import type { ComponentFiles } from '../stack/index.ts'
import { DIRECTORIES } from './config-paths.ts'
import { certificateOf, kubeconfigPath, unitName } from './layout-lookup.ts'
import { kubernetesService } from './service-unit.ts'
import { kubernetesProgram, type StackFacts } from './stack-facts.ts'

const PROFILE = 'kube-addon-manager-client'

/** A shell script that calls kubectl; where it is not installed, the unit is skipped. */
export const kubeAddonManager = (facts: StackFacts): ComponentFiles => {
  const program = facts.programs.kubeAddons ?? '/usr/bin/kube-addons'
  return {
    units: [
      kubernetesService({
        name: unitName('kube-addon-manager'),
        description: 'kube-addon-manager, which keeps the add-ons of the cluster applied',
        after: [unitName('kube-apiserver')],
        conditions: [['ConditionFileIsExecutable', literalPath(program)]],
        type: 'exec',
        user: certificateOf(PROFILE).owner,
        restartSeconds: 10,
        command: { program, arguments: [] },
        service: [
          ['Environment', environmentVariable('KUBECONFIG', kubeconfigPath(PROFILE))],
          ['Environment', environmentVariable('ADDON_PATH', DIRECTORIES.addons)],
          [
            'Environment',
            environmentVariable('KUBECTL_BIN', kubernetesProgram(facts.programs, 'kubectl')),
          ],
        ],
        hardening: HARDENING.leader,
      }),
    ],
    files: [],
  }
}
