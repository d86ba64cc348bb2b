/** The gate's eye: takes a picture of a screen, and shows where it found the code. */
import type { Corner } from '../shared/code/read-code.ts';
import { PICTURE_SIZE } from '../shared/code/use-camera.ts';

/** A picture of a phone's screen as a gate's camera sees it: a little turned, on grey. */
export function takePicture(screen: HTMLCanvasElement, turnDegrees: number): HTMLCanvasElement {
  const picture = document.createElement('canvas');
  picture.width = PICTURE_SIZE;
  picture.height = PICTURE_SIZE;
  const context = picture.getContext('2d', { willReadFrequently: true });
  if (!context) return picture;
  context.fillStyle = '#77716a';
  context.fillRect(0, 0, PICTURE_SIZE, PICTURE_SIZE);
  context.translate(PICTURE_SIZE / 2, PICTURE_SIZE / 2);
  context.rotate((turnDegrees * Math.PI) / 180);
  const side = PICTURE_SIZE * 0.88;
  context.drawImage(screen, -side / 2, -side / 2, side, side);
  return picture;
}

/** Draws the corners that were found over the gate's picture. */
export function markCorners(picture: HTMLCanvasElement, corners: readonly Corner[]): void {
  const context = picture.getContext('2d', { willReadFrequently: true });
  if (!context) return;
  context.resetTransform();
  context.strokeStyle = '#2f9e58';
  context.lineWidth = 10;
  context.lineJoin = 'round';
  context.beginPath();
  corners.forEach(({ x, y }, at) => {
    if (at === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.closePath();
  context.stroke();
}
