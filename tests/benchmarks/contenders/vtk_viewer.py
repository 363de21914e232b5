"""VTK's vtkImageViewer2 on OpenGL, which without a GPU is Mesa's llvmpipe; nothing else drawn.

A step is over when the window says that its rendering is complete. VTK interpolates linearly.
"""

import base64
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.contenders.answering import answer_calls, timed
from tests.benchmarks.contenders.stored_stack import stack_of


class Vtk:
    """One window of VTK."""

    def start(self, width: int, height: int, **_: Any) -> dict[str, Any]:
        """Note the size; VTK opens its window with the images."""
        import vtkmodules.vtkInteractionImage  # noqa: F401, PLC0415 - found absent here
        from vtkmodules.vtkCommonCore import vtkVersion  # noqa: PLC0415

        self._size = (width, height)
        return {"version": vtkVersion.GetVTKVersion()}

    def load(self, files: Sequence[str]) -> dict[str, Any]:
        """Read all files and show the first image, fitted."""
        import vtkmodules.vtkInteractionStyle  # noqa: PLC0415
        import vtkmodules.vtkRenderingOpenGL2  # noqa: F401, PLC0415
        from vtkmodules.util import numpy_support  # noqa: PLC0415
        from vtkmodules.vtkCommonDataModel import vtkImageData  # noqa: PLC0415
        from vtkmodules.vtkInteractionImage import vtkImageViewer2  # noqa: PLC0415
        from vtkmodules.vtkRenderingCore import vtkRenderWindow  # noqa: PLC0415

        self._images = stack_of(files)
        count, rows, columns = self._images.shape
        data = vtkImageData()
        data.SetDimensions(columns, rows, count)
        self._scalars = numpy_support.numpy_to_vtk(self._images.reshape(-1), deep=False)
        data.GetPointData().SetScalars(self._scalars)
        self._window, self._viewer = vtkRenderWindow(), vtkImageViewer2()
        self._window.SetSize(*self._size)
        self._window.SetMultiSamples(0)
        self._viewer.SetRenderWindow(self._window)
        self._viewer.SetInputData(data)
        self._viewer.SetSliceOrientationToXY()
        self._viewer.SetSize(*self._size)
        self._viewer.SetSlice(0)
        self._viewer.Render()
        self._viewer.GetRenderer().ResetCamera()
        camera = self._viewer.GetRenderer().GetActiveCamera()
        camera.ParallelProjectionOn()
        wide = columns / self._size[0] > rows / self._size[1]
        height = columns * self._size[1] / self._size[0] if wide else rows
        camera.SetParallelScale(height / 2)
        self._viewer.Render()
        self._window.WaitForCompletion()
        words = self._window.ReportCapabilities().splitlines()
        return {"gl": [line for line in words if "renderer string" in line.lower()][:1]}

    def read(self, files: Sequence[str]) -> dict[str, Any]:
        """Read the folder of the files into one volume with VTK's own reader."""
        from vtkmodules.vtkIOImage import vtkDICOMImageReader  # noqa: PLC0415

        folder = Path(files[0]).parent
        began = time.perf_counter()
        reader = vtkDICOMImageReader()
        reader.SetDirectoryName(str(folder))
        reader.Update()
        all_ms = (time.perf_counter() - began) * 1000
        return {"all_ms": all_ms, "failed": len(files) - reader.GetOutput().GetDimensions()[2]}

    def window(self, steps: Sequence[tuple[float, float]]) -> dict[str, Any]:
        """Change the window."""

        def change(step: tuple[float, float]) -> None:
            self._viewer.SetColorLevel(step[0])
            self._viewer.SetColorWindow(step[1])
            self._viewer.Render()
            self._window.WaitForCompletion()

        return timed(steps, change)

    def scroll(self, steps: Sequence[int]) -> dict[str, Any]:
        """Go to an image."""

        def change(step: int) -> None:
            self._viewer.SetSlice(step)
            self._viewer.Render()
            self._window.WaitForCompletion()

        return timed(steps, change)

    def picture(self) -> dict[str, Any]:
        """Return what the window shows."""
        from vtkmodules.vtkIOImage import vtkPNGWriter  # noqa: PLC0415
        from vtkmodules.vtkRenderingCore import vtkWindowToImageFilter  # noqa: PLC0415

        grab, writer = vtkWindowToImageFilter(), vtkPNGWriter()
        grab.SetInput(self._window)
        grab.ReadFrontBufferOff()
        writer.SetInputConnection(grab.GetOutputPort())
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "picture.png")
            writer.SetFileName(str(file))
            writer.Write()
            return {"png": base64.b64encode(file.read_bytes()).decode("ascii")}


if __name__ == "__main__":
    side = Vtk()
    names = ("start", "load", "read", "window", "scroll", "picture")
    answer_calls({name: getattr(side, name) for name in names})
