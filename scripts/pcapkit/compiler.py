"""Compiles the small C programs that lie beside the scripts."""
import os
import shlex
import subprocess

SCRIPTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def compiled(directory, name, *more, pkg_config=()):
    """-> the path of the program NAME in DIRECTORY, made of NAME.c, those of MORE and libraries of pkg-config."""
    out = os.path.join(directory, name)
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", *pkg_config], stdout=subprocess.PIPE, text=True,
                           check=True).stdout if pkg_config else ""
    subprocess.run([*shlex.split(os.environ.get("CC", "cc")), "-O2", "-o", out,
                    *(os.path.join(SCRIPTS, n + ".c") for n in (name, *more)), *shlex.split(flags)], check=True)
    return out
