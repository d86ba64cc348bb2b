/** This device's own camera as a reader of codes, for the pages that ask for it. */
import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { findCode } from './read-code.ts';

/** Width and height of the picture that is read, in pixels. */
export const PICTURE_SIZE = 480;

const BETWEEN_FRAMES_MS = 160;
/** After an answer the camera rests, so that one phone is not read again and again. */
const REST_MS = 4000;

/** The middle square of what the camera sees now. */
function takeFrame(video: HTMLVideoElement): HTMLCanvasElement {
  const frame = document.createElement('canvas');
  frame.width = PICTURE_SIZE;
  frame.height = PICTURE_SIZE;
  const side = Math.min(video.videoWidth, video.videoHeight);
  const left = (video.videoWidth - side) / 2;
  const top = (video.videoHeight - side) / 2;
  frame
    .getContext('2d', { willReadFrequently: true })
    ?.drawImage(video, left, top, side, side, 0, 0, PICTURE_SIZE, PICTURE_SIZE);
  return frame;
}

/** Reads frames until told to stop; a code that is found goes to the gate. */
function watch(video: HTMLVideoElement, onPicture: OnPicture): () => void {
  let isStopped = false;
  const next = async (): Promise<void> => {
    if (isStopped) return;
    let pause = BETWEEN_FRAMES_MS;
    if (video.videoWidth > 0) {
      const frame = takeFrame(video);
      const reading = await findCode(frame);
      if (reading?.text.startsWith('LY1:') && !isStopped) {
        await onPicture(frame, reading.text);
        pause = REST_MS;
      }
    }
    setTimeout(() => void next(), pause);
  };
  void next();
  return () => {
    isStopped = true;
  };
}

/** Told of every code that is seen: the picture that it is in, and its text. */
export type OnPicture = (picture: HTMLCanvasElement, text: string) => Promise<unknown>;

/** The camera: whether it is on, whether it was denied, and where its picture goes. */
export interface Camera {
  readonly isOn: boolean;
  readonly isDenied: boolean;
  readonly videoRef: RefObject<HTMLVideoElement | null>;
  turn(): void;
}

/** A camera that is off until somebody turns it on. */
export function useCamera(told: OnPicture): Camera {
  const [stream, setStream] = useState<MediaStream>();
  const [isDenied, setDenied] = useState(false);
  const videoRef = useRef<HTMLVideoElement>(null);
  const onPicture = useRef(told);
  onPicture.current = told;

  useEffect(() => {
    const video = videoRef.current;
    if (!stream || !video) return;
    video.srcObject = stream;
    void video.play().catch(() => undefined);
    const stop = watch(video, (picture, text) => onPicture.current(picture, text));
    return () => {
      stop();
      for (const track of stream.getTracks()) track.stop();
    };
  }, [stream]);

  const turnOn = async (): Promise<void> => {
    setDenied(false);
    try {
      const wanted = { video: { facingMode: 'environment', width: 640, height: 480 } };
      setStream(await navigator.mediaDevices.getUserMedia(wanted));
    } catch {
      setDenied(true);
    }
  };
  const turn = (): void => (stream ? setStream(undefined) : void turnOn());
  return { isOn: stream !== undefined, isDenied, videoRef, turn };
}
