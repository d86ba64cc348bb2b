/** The gate's other eye: the visitor's own camera, if they turn it on. */
import { useCamera } from '../shared/code/use-camera.ts';
import { useMessages } from './messages.ts';

/** The switch and, while it is on, what the camera sees. */
export function CameraSwitch(props: {
  onPicture: (picture: HTMLCanvasElement) => Promise<unknown>;
}) {
  const { text } = useMessages();
  const camera = useCamera(props.onPicture);
  return (
    <div class="camera">
      <button
        type="button"
        class="button button-quiet"
        aria-pressed={camera.isOn}
        onClick={camera.turn}
      >
        {camera.isOn ? text.camera.off : text.camera.on}
      </button>
      {camera.isOn && (
        <>
          <video ref={camera.videoRef} class="camera-view" muted playsInline />
          <p>{text.camera.hint}</p>
        </>
      )}
      {camera.isDenied && <p role="status">{text.camera.denied}</p>}
    </div>
  );
}
