/** Shapes that the routes of gates share. */
import { z } from 'zod';

/** Running numbers that have not come. */
export const GAP = z.object({ bootEpoch: z.number(), from: z.number(), to: z.number() });
