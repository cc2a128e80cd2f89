/**
 * @file Import this before onnxruntime-node: its Linux build otherwise keeps a usage log in the user's home folder and
 * sends it to its vendor. The library reads the variable once, when it is loaded, and imports run in their order, so
 * this stands in a module of its own.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
