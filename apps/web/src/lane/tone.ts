/** What an answer sounds like, for whoever looks at the person and not at the screen. */

/** Rising for yes, low and twice for no, one even tone for a question to the clerk. */
export type Tone = 'yes' | 'no' | 'ask';

/** Frequencies in hertz, one after another. */
const NOTES: Readonly<Record<Tone, readonly number[]>> = {
  yes: [880, 1320],
  no: [220, 0, 220],
  ask: [587],
};
const NOTE_SECONDS = 0.13;

let context: AudioContext | undefined;

/** Sounds a tone; a browser that has no sound, or has not been touched yet, stays silent. */
export function sound(tone: Tone): void {
  try {
    context ??= new AudioContext();
    const audio = context;
    NOTES[tone].forEach((hertz, at) => {
      if (hertz === 0) return;
      const start = audio.currentTime + at * NOTE_SECONDS;
      const oscillator = audio.createOscillator();
      const volume = audio.createGain();
      oscillator.type = tone === 'no' ? 'square' : 'sine';
      oscillator.frequency.value = hertz;
      volume.gain.setValueAtTime(0.2, start);
      volume.gain.exponentialRampToValueAtTime(0.001, start + NOTE_SECONDS);
      oscillator.connect(volume).connect(audio.destination);
      oscillator.start(start);
      oscillator.stop(start + NOTE_SECONDS);
    });
  } catch {
    // The answer is on the screen too, in colour, sign and words.
  }
}
