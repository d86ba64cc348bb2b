/** The gate's other eye: the visitor's own camera, if they turn it on. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { findCode, PICTURE_SIZE } from './gate-reader.ts';
import { useMessages } from './messages.ts';

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
function watch(
  video: HTMLVideoElement,
  onPicture: (picture: HTMLCanvasElement) => Promise<unknown>,
): () => void {
  let isStopped = false;
  const next = async (): Promise<void> => {
    if (isStopped) return;
    let pause = BETWEEN_FRAMES_MS;
    if (video.videoWidth > 0) {
      const frame = takeFrame(video);
      const reading = await findCode(frame);
      if (reading?.text.startsWith('LY1:') && !isStopped) {
        await onPicture(frame);
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

/** The switch and, while it is on, what the camera sees. */
export function CameraSwitch(props: {
  onPicture: (picture: HTMLCanvasElement) => Promise<unknown>;
}) {
  const { text } = useMessages();
  const [stream, setStream] = useState<MediaStream>();
  const [isDenied, setDenied] = useState(false);
  const videoRef = useRef<HTMLVideoElement>(null);
  const onPicture = useRef(props.onPicture);
  onPicture.current = props.onPicture;

  useEffect(() => {
    const video = videoRef.current;
    if (!stream || !video) return;
    video.srcObject = stream;
    void video.play().catch(() => undefined);
    const stop = watch(video, (picture) => onPicture.current(picture));
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

  return (
    <div class="camera">
      <button
        type="button"
        class="button button-quiet"
        aria-pressed={stream !== undefined}
        onClick={() => (stream ? setStream(undefined) : void turnOn())}
      >
        {stream ? text.camera.off : text.camera.on}
      </button>
      {stream && (
        <>
          <video ref={videoRef} class="camera-view" muted playsInline />
          <p>{text.camera.hint}</p>
        </>
      )}
      {isDenied && <p role="status">{text.camera.denied}</p>}
    </div>
  );
}
