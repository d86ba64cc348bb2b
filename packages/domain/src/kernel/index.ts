/** The kernel: days, moments, fen, texts and invariants. It knows nothing of blood. */
export * from './assert.ts';
export * from './civil-date.ts';
export * from './day-text.ts';
export * from './fen.ts';
export * from './instant.ts';
export * from './text.ts';
