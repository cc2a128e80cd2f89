#!/usr/bin/env node
import { Command } from 'commander';
import { addExport } from './commands/export.js';
import { addTrain } from './commands/train.js';

const program = new Command('codonfold').description('From codon to fold.');
addTrain(program);
addExport(program);
await program.parseAsync();
