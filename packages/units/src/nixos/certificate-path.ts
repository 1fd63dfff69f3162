import { type Directive, literalPath, type Unit } from '../systemd/index.ts'

/** Who has no use for PathExists= of several files: they are any of them, and conditions are all. */
type Form = 'online-targets' | 'verbatim'

/** Measured with systemd 252. */
export const PATH_DEFECTS = [
  'PathExists= fires for any of the files, and the service waits for all: the unit fails (trigger-limit-hit) while one is missing, and never starts anything again',
  'a service that is stopped is started again at once, for the files still exist',
] as const

const watched = (name: string, files: readonly string[]): Directive[] =>
  files.map((file) => [name, literalPath(file)])

/**
 * Starts a service whenever one of its certificates arrives: the service's own conditions, which
 * must hold all, let only the last arrival through. PathExists= would fire at once and for ever
 * while another file is missing, until systemd gives the unit up (trigger-limit-hit).
 */
export const certificatePath = (name: string, files: readonly string[], form: Form): Unit => ({
  name: `${name}.path`,
  sections: [
    { name: 'Unit', directives: [['Description', `Certificates of ${name}`]] },
    {
      name: 'Path',
      directives: [
        ...(form === 'verbatim' ? watched('PathExists', files) : []),
        ...watched('PathChanged', files),
      ],
    },
    {
      name: 'Install',
      directives: [['WantedBy', form === 'verbatim' ? `${name}.service` : 'paths.target']],
    },
  ],
})
