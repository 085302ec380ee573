"""What is computed for every ray and every pixel, in C++; `hatch_build.py` compiles it."""
