#!/usr/bin/env node
import { Command } from 'commander';
import { addTrain } from './commands/train.js';

const program = new Command('codonfold').description('From codon to fold.');
addTrain(program);
await program.parseAsync();
