"""Files of other formats -> GLB: .gltf with its files, .obj, .ply, .stl, .3mf, and a .zip of one."""
