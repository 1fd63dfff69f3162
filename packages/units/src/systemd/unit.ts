/** A program and its arguments, as exec(3) will get them: nothing in them is escaped yet. */
export interface CommandLine {
  readonly program: string
  readonly arguments: readonly (string | ExpandedWord)[]
}

/** One word of a command, in which systemd puts the values of variables, `${NAME}`. */
export interface ExpandedWord {
  readonly expanded: string
}

/** One line of a section. Text is verbatim, in the syntax of that directive; a command is escaped. */
export type Directive = readonly [name: string, value: string | CommandLine]

export interface Section {
  readonly name: 'Unit' | 'Service' | 'Slice' | 'Timer' | 'Path' | 'Install' | 'X-Fleet'
  /** In the order of the file; a name may stand several times, which systemd takes as a list. */
  readonly directives: readonly Directive[]
}

export interface Unit {
  /** With its suffix: 'kubelet.service'. */
  readonly name: string
  readonly sections: readonly Section[]
}
