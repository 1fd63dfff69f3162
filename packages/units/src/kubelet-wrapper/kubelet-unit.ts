import { flagWords } from '../stack/index.ts'
import { type Directive, environmentVariable, quoteArgument, type Unit } from '../systemd/index.ts'
import { CNI_DIRECTORY, kubeletFlags } from './kubelet-flags.ts'
import { rktRunLines } from './rkt-run-arguments.ts'
import { imageVariables, type WrapperFacts } from './wrapper-facts.ts'

const RKT = '/usr/bin/rkt'

export const kubeletUnit = (facts: WrapperFacts): Unit => {
  const { options, description, withFlannel } = facts
  const uuidFile = quoteArgument(`--uuid-file=${options.uuidFile}`)
  const after = [
    'network-online.target',
    ...(description.containerRuntime.name === 'docker' ? ['docker.service'] : []),
  ].join(' ')
  const directories = [
    options.manifestDirectory,
    ...(withFlannel ? [CNI_DIRECTORY] : []),
    '/var/log/containers',
  ]
  return {
    name: 'kubelet.service',
    sections: [
      {
        name: 'Unit',
        directives: [
          ['Description', 'kubelet, in a container of rkt'],
          ['Documentation', 'https://github.com/coreos/coreos-kubernetes'],
          ['Wants', after],
          ['After', after],
        ],
      },
      {
        name: 'Service',
        directives: [
          ...imageVariables(facts).map(([name, value]): Directive => [
            'Environment',
            environmentVariable(name, value),
          ]),
          ['Environment', environmentVariable('RKT_RUN_ARGS', rktRunLines(options).join(' '))],
          ['ExecStartPre', { program: '/usr/bin/mkdir', arguments: ['-p', ...directories] }],
          ['ExecStartPre', `-${RKT} rm ${uuidFile}`],
          [
            'ExecStart',
            {
              program: facts.wrapper,
              arguments: flagWords(kubeletFlags(facts), description.settings.kubelet.extraFlags),
            },
          ],
          ['ExecStop', `-${RKT} stop ${uuidFile}`],
          // rkt fetches the image at the first start.
          ['TimeoutStartSec', '900'],
          ['Restart', 'always'],
          ['RestartSec', '10'],
        ],
      },
      { name: 'Install', directives: [['WantedBy', 'multi-user.target']] },
    ],
  }
}
