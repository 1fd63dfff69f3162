import { environmentVariable, HARDENING, literalPath, type Unit } from '../systemd/index.ts'
import type { ComponentFiles } from '../stack/index.ts'
import { DIRECTORIES } from './config-paths.ts'
import { afterApiserver } from './kube-apiserver-online.ts'
import { unitName } from './layout-lookup.ts'
import { KUBERNETES_SLICE, KUBERNETES_TARGET, kubernetesService } from './service-unit.ts'
import { kubernetesProgram, type StackFacts } from './stack-facts.ts'

const PROFILE = 'kube-addon-manager-client'

/** A shell script that calls kubectl; where it is not installed, the unit is skipped. */
export const kubeAddonManager = (facts: StackFacts): ComponentFiles => {
  const program = facts.programs.kubeAddons ?? '/usr/bin/kube-addons'
  return {
    units: [
      bootstrap(facts),
      kubernetesService({
        name: unitName('kube-addon-manager'),
        description: 'kube-addon-manager, which keeps the add-ons of the cluster applied',
        after: [...afterApiserver(facts), BOOTSTRAP_UNIT],
        conditions: [['ConditionFileIsExecutable', literalPath(program)]],
        type: 'exec',
        user: facts.paths.certificateOf(PROFILE).owner,
        restartSeconds: 10,
        command: { program, arguments: [] },
        service: [
          ['Environment', environmentVariable('KUBECONFIG', facts.paths.kubeconfigPath(PROFILE))],
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

const BOOTSTRAP_UNIT = 'kube-addon-manager-bootstrap.service'

/**
 * Roles cannot be given by one who lacks them: an administrator's kubeconfig applies these, on the
 * masters that have one. Elsewhere the unit is skipped.
 */
const bootstrap = (facts: StackFacts): Unit => {
  const administrator = facts.paths.kubeconfigPath('cluster-admin')
  const after = ['network-online.target', ...afterApiserver(facts)].join(' ')
  return {
    name: BOOTSTRAP_UNIT,
    sections: [
      {
        name: 'Unit',
        directives: [
          ['Description', 'Roles that the components of the cluster need'],
          ['Documentation', 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/'],
          ['PartOf', KUBERNETES_TARGET],
          ['Wants', after],
          ['After', after],
          ['ConditionPathExists', administrator],
          ['StartLimitIntervalSec', '0'],
        ],
      },
      {
        name: 'Service',
        directives: [
          ['Type', 'oneshot'],
          ['RemainAfterExit', 'yes'],
          [
            'ExecStart',
            {
              program: kubernetesProgram(facts.programs, 'kubectl'),
              arguments: [
                `--kubeconfig=${administrator}`,
                '--request-timeout=30s',
                'apply',
                '--filename',
                DIRECTORIES.bootstrapAddons,
              ],
            },
          ],
          ['TimeoutStartSec', '2min'],
          ['Restart', 'on-failure'],
          ['RestartSec', '10'],
          ['Slice', KUBERNETES_SLICE],
          ...HARDENING.leader,
        ],
      },
      { name: 'Install', directives: [['WantedBy', KUBERNETES_TARGET]] },
    ],
  }
}
