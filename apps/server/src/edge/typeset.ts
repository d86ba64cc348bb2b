/** Pages on paper: templates of the folder `typeset`, set by Typst into PDF. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Instant, secondsOf } from '@liyu/domain/kernel';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';

const TEMPLATES = path.resolve(import.meta.dirname, '../../typeset');
const FACES = [
  'noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
  'noto-sans-sc/600SemiBold/NotoSansSC_600SemiBold.ttf',
  'noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf',
];

let compiler: NodeCompiler | undefined;

/** Made when first needed: the faces take 40 MB. */
function compilerOf(): NodeCompiler {
  const { resolve } = createRequire(import.meta.url);
  compiler ??= NodeCompiler.create({
    workspace: TEMPLATES,
    fontArgs: [{ fontPaths: FACES.map((face) => resolve(`@expo-google-fonts/${face}`)) }],
  });
  return compiler;
}

/**
 * Sets a template of the folder `typeset` into PDF. What stands on the page goes in as an input
 * that the template reads as JSON, so no text of a person is ever markup. Throws for a template
 * that is wrong.
 */
export function typesetPage(template: string, page: object, at: Instant): Buffer {
  const typst = compilerOf();
  const pdf = typst.pdf(
    { mainFilePath: path.join(TEMPLATES, template), inputs: { page: JSON.stringify(page) } },
    { creationTimestamp: secondsOf(at) },
  );
  // What was set may name a person: nothing of it is remembered.
  typst.evictCache(0);
  return pdf;
}
