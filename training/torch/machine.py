"""What must be settled before torch is loaded, and on which machine a figure was measured."""

import os
import platform


def _cpu_info():
    try:
        with open('/proc/cpuinfo') as file:
            return file.read()
    except OSError:
        return ''


# One thread, unless OMP_NUM_THREADS says otherwise. OpenBLAS would take all cores of its own accord, whatever torch is told, and
# two of them wait for each other: two runs side by side, of a thread each, get a quarter more done than one after the other.
os.environ.setdefault('OMP_NUM_THREADS', '1')
os.environ.setdefault('OPENBLAS_NUM_THREADS', os.environ['OMP_NUM_THREADS'])

# OpenBLAS 0.3.21 (Debian 12) does not know CPUs younger than itself and takes its slowest kernels for them: a factor of
# 5 to 8 in float32. Any CPU with these flags can run the SkylakeX kernels.
if all(f' {flag} ' in _cpu_info() for flag in ('avx512f', 'avx512bw', 'avx512dq', 'avx512vl')):
    os.environ.setdefault('OPENBLAS_CORETYPE', 'SkylakeX')


def describe():
    """One line for a card: CPU or GPU, threads, versions."""
    import torch

    if torch.cuda.is_available():
        where = torch.cuda.get_device_name()
    else:
        name = next((line.split(':')[1].strip() for line in _cpu_info().splitlines() if line.startswith('model name')), '')
        threads = torch.get_num_threads()
        where = f'{threads} {"core" if threads == 1 else "cores"} of {name or platform.processor() or platform.machine()}'
    return f'{where}, PyTorch {torch.__version__.split("a")[0]}, Python {platform.python_version()}'
