#!/usr/bin/env node
// Stands where systemctl would: tells the demonstration which unit to restart, and waits for its word.
import { connect } from 'node:net'

const [socketPath, ...words] = process.argv.slice(2)
const socket = connect(socketPath, () => socket.end(JSON.stringify(words)))
let answer = ''
socket.setEncoding('utf8').on('data', (text) => (answer += text))
socket.on('error', () => (process.exitCode = 1))
socket.on('close', () => (process.exitCode = answer === 'ok' ? 0 : 1))
