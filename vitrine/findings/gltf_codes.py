"""Codes of the rules of glTF 2.0, with the names and severities of the Khronos glTF Validator.

Source of the vocabulary: ISSUES.md of KhronosGroup/glTF-Validator 2.0.0-dev.3.10. The messages are Vitrine's.
"""

from __future__ import annotations

import re

from vitrine.findings.code import NOTHING, Code
from vitrine.models import Severity

ACTIONS: dict[Severity, str] = {
    "error": "export the model again",
    "warning": "check how it looks elsewhere",
    "info": NOTHING,
    "hint": NOTHING,
}


def _rows(severity: Severity, table: str) -> dict[str, Code]:
    """Return the codes of one severity, from lines of a code and the template of its message."""
    rows = {}
    for line in table.strip().splitlines():
        code, template = line.split(maxsplit=1)
        rows[code] = Code(
            subject="glTF",
            severities=(severity,),
            meaning=re.sub(r"\{\d\}", "…", template),
            action=ACTIONS[severity],
            message=template,
        )
    return rows


ERRORS = """
IO_ERROR {0} cannot be loaded: {1}
ARRAY_LENGTH_NOT_IN_LIST the array has {0} elements, {1} are allowed
ARRAY_TYPE_MISMATCH the array has the element {0}, which is not a {1}
DUPLICATE_ELEMENTS the element is there twice
EMPTY_ENTITY it may not be empty
INVALID_INDEX it is no index: an integer ≥ 0
INVALID_JSON the JSON cannot be parsed: {0}
INVALID_URI {0} is no valid URI: {1}
ONE_OF_MISMATCH exactly one of {0} has to be defined
PATTERN_MISMATCH the value {0} does not match the pattern {1}
TYPE_MISMATCH the value {0} is not a {1}
UNDEFINED_PROPERTY {0} has to be defined
UNSATISFIED_DEPENDENCY it needs {0}, which is not defined
VALUE_MULTIPLE_OF the value {0} is no multiple of {1}
VALUE_NOT_IN_RANGE the value {0} is out of range
ACCESSOR_MATRIX_ALIGNMENT a matrix does not start at a multiple of 4 bytes
ACCESSOR_NORMALIZED_INVALID only integers of 8 or 16 bits can be normalized
ACCESSOR_OFFSET_ALIGNMENT the offset {0} is no multiple of the component's {1} bytes
ACCESSOR_SPARSE_COUNT_OUT_OF_RANGE {0} elements are substituted, the accessor has {1}
ASSET_MIN_VERSION_GREATER_THAN_VERSION minVersion {0} is above version {1}
BUFFER_DATA_URI_MIME_TYPE_INVALID {0} is no media type of a buffer
BUFFER_VIEW_INVALID_BYTE_STRIDE only views of vertex attributes have a byteStride
BUFFER_VIEW_TOO_BIG_BYTE_STRIDE byteStride {0} exceeds byteLength {1}
CAMERA_XMAG_YMAG_ZERO the magnification is zero
CAMERA_ZFAR_LEQUAL_ZNEAR zfar is not above znear
INVALID_GL_VALUE {0} is no value of the component type {1}
KHR_ANIMATION_POINTER_ANIMATION_CHANNEL_TARGET_NODE a target with a pointer may not name a node
KHR_ANIMATION_POINTER_ANIMATION_CHANNEL_TARGET_PATH the path of a target with a pointer is {0}, not "pointer"
KHR_LIGHTS_PUNCTUAL_LIGHT_SPOT_ANGLES outerConeAngle {1} is not above innerConeAngle {0}
MESH_INVALID_WEIGHTS_COUNT there are {0} weights for {1} morph targets
MESH_PRIMITIVES_UNEQUAL_TARGETS_COUNT the primitives differ in their number of targets
MESH_PRIMITIVE_INDEXED_SEMANTIC_CONTINUITY the numbers of {0} have gaps: {2} of {1} are there
MESH_PRIMITIVE_INVALID_ATTRIBUTE it is no name of an attribute
MESH_PRIMITIVE_JOINTS_WEIGHTS_MISMATCH there are {0} sets of joints and {1} of weights
NODE_MATRIX_NON_TRS the matrix is no product of translation, rotation and scale
NODE_MATRIX_TRS a node has either a matrix or translation, rotation and scale
NODE_SKIN_NO_SCENE the joints of the skin are not in every scene of the node
NON_REQUIRED_EXTENSION {0} has to be in extensionsRequired, too
ROTATION_NON_UNIT the quaternion is not of length one
SKIN_NO_COMMON_ROOT the joints have no common root
SKIN_SKELETON_INVALID the skeleton node is no common root of the joints
UNKNOWN_ASSET_MAJOR_VERSION version {0}.x of glTF is not known
UNUSED_EXTENSION_REQUIRED {0} is required, but not in extensionsUsed
ACCESSOR_SMALL_BYTESTRIDE byteStride {0} of the view is less than an element's {1} bytes
ACCESSOR_TOO_LONG {1} bytes from {0} do not fit into view {2} of {3} bytes
ACCESSOR_TOTAL_OFFSET_ALIGNMENT the offset {0} in the buffer is no multiple of the component's {1} bytes
ACCESSOR_USAGE_OVERRIDE the accessor is used as {0} and as {1}
ANIMATION_CHANNEL_TARGET_NODE_MATRIX the node has a matrix, and cannot be animated
ANIMATION_CHANNEL_TARGET_NODE_WEIGHTS_NO_MORPHS the node's mesh has no morph targets
ANIMATION_DUPLICATE_TARGETS channel {0} has the same target
ANIMATION_SAMPLER_ACCESSOR_WITH_BYTESTRIDE the view of an animation's accessor may not have a byteStride
ANIMATION_SAMPLER_INPUT_ACCESSOR_INVALID_FORMAT the input is {0}, not {1}
ANIMATION_SAMPLER_INPUT_ACCESSOR_TOO_FEW_ELEMENTS CUBICSPLINE needs at least 2 elements, there are {0}
ANIMATION_SAMPLER_INPUT_ACCESSOR_WITHOUT_BOUNDS the input needs min and max
ANIMATION_SAMPLER_OUTPUT_ACCESSOR_INVALID_COUNT the output needs {0} elements, there are {1}
ANIMATION_SAMPLER_OUTPUT_ACCESSOR_INVALID_FORMAT the output for {1} is {0}, not {2}
BUFFER_MISSING_GLB_DATA the file has no binary chunk
BUFFER_VIEW_TARGET_OVERRIDE the view is used as {0} and as {1}
BUFFER_VIEW_TOO_LONG it does not fit into buffer {0} of {1} bytes
IMAGE_BUFFER_VIEW_WITH_BYTESTRIDE the view of an image may not have a byteStride
INVALID_IBM_ACCESSOR_COUNT {0} joints have {1} inverse bind matrices
KHR_MATERIALS_VARIANTS_NON_UNIQUE_VARIANT the primitive uses the variant twice
MESH_PRIMITIVE_ACCESSOR_UNALIGNED vertex attributes start at multiples of 4 bytes
MESH_PRIMITIVE_ACCESSOR_WITHOUT_BYTESTRIDE a view with several attributes needs a byteStride
MESH_PRIMITIVE_ATTRIBUTES_ACCESSOR_INVALID_FORMAT the attribute is {0}, not {1}
MESH_PRIMITIVE_ATTRIBUTES_ACCESSOR_UNSIGNED_INT an attribute may not have the component type UNSIGNED_INT
MESH_PRIMITIVE_INDICES_ACCESSOR_INVALID_FORMAT the indices are {0}, not {1}
MESH_PRIMITIVE_INDICES_ACCESSOR_WITH_BYTESTRIDE the view of indices may not have a byteStride
MESH_PRIMITIVE_MORPH_TARGET_INVALID_ATTRIBUTE_COUNT the attribute and that of the primitive differ in count
MESH_PRIMITIVE_MORPH_TARGET_NO_BASE_ACCESSOR the primitive lacks the attribute
MESH_PRIMITIVE_NO_TANGENT_SPACE the material needs tangents, which the primitive lacks
MESH_PRIMITIVE_POSITION_ACCESSOR_WITHOUT_BOUNDS POSITION needs min and max
MESH_PRIMITIVE_TOO_FEW_TEXCOORDS the texture {0} needs TEXCOORD_{1}
MESH_PRIMITIVE_UNEQUAL_ACCESSOR_COUNT the attributes of the primitive differ in count
NODE_LOOP the node is its own descendant
NODE_PARENT_OVERRIDE node {0} has a parent already
NODE_SKIN_WITH_NON_SKINNED_MESH the node has a skin, its mesh has no joints
NODE_WEIGHTS_INVALID there are {0} weights for {1} morph targets
SCENE_NON_ROOT_NODE node {0} has a parent
SKIN_IBM_ACCESSOR_WITH_BYTESTRIDE the view of inverse bind matrices may not have a byteStride
SKIN_IBM_INVALID_FORMAT the inverse bind matrices are {0}, not {1}
TEXTURE_INVALID_IMAGE_MIME_TYPE the texture's image is {0}, not {1}
UNDECLARED_EXTENSION the extension is not in extensionsUsed
UNEXPECTED_EXTENSION_OBJECT the extension does not belong here
UNRESOLVED_REFERENCE there is no object {0}
ACCESSOR_ANIMATION_INPUT_NEGATIVE {0} times are negative; the first is {2}, at {1}
ACCESSOR_ANIMATION_INPUT_NON_INCREASING {0} times do not increase; the first is {2}, at {1}
ACCESSOR_ANIMATION_SAMPLER_OUTPUT_NON_NORMALIZED_QUATERNION {0} are not of length one, the first {2} at {1}
ACCESSOR_ELEMENT_OUT_OF_MAX_BOUND {0} values are above the stated maximum {1}
ACCESSOR_ELEMENT_OUT_OF_MIN_BOUND {0} values are below the stated minimum {1}
ACCESSOR_INDEX_OOB {0} indices exceed the last vertex, {3}; the first is {2}, at {1}
ACCESSOR_INDEX_PRIMITIVE_RESTART {0} indices are {2}, which restarts a primitive; the first is at {1}
ACCESSOR_INVALID_FLOAT {0} values are NaN or infinite; the first is {2}, at {1}
ACCESSOR_INVALID_IBM {0} values of the last rows are not 0, 0, 0, 1; the first is {2}, at {1}
ACCESSOR_INVALID_SIGN {0} tangents have a w that is neither 1 nor -1; the first is {2}, at {1}
ACCESSOR_JOINTS_INDEX_DUPLICATE {0} vertices use a joint twice; the first is at {1}
ACCESSOR_JOINTS_INDEX_OOB {0} joints exceed the last joint of skin {4}, {3}; the first is {2}, at vertex {1}
ACCESSOR_MAX_MISMATCH the maximum is {1}, max states {0}
ACCESSOR_MIN_MISMATCH the minimum is {1}, min states {0}
ACCESSOR_NON_CLAMPED {0} values are outside of 0 … 1; the first is {2}, at {1}
ACCESSOR_SPARSE_INDEX_OOB {0} indices exceed the {3} elements; the first is {2}, at {1}
ACCESSOR_SPARSE_INDICES_NON_INCREASING {0} indices do not increase; the first is {2}, at {1}
ACCESSOR_VECTOR3_NON_UNIT {0} vectors are not of length one; the first is of length {2}, at {1}
ACCESSOR_WEIGHTS_NEGATIVE {0} weights are negative; the first is {2}, at vertex {1}
ACCESSOR_WEIGHTS_NON_NORMALIZED the weights of {0} vertices do not sum to one; the first is {2}, at vertex {1}
BUFFER_BYTE_LENGTH_MISMATCH there are {0} bytes, byteLength is {1}
IMAGE_DATA_INVALID the image is broken: {0}
IMAGE_MIME_TYPE_INVALID the image is {0}, mimeType is {1}
IMAGE_NON_ENABLED_MIME_TYPE images of {0} need an extension
IMAGE_UNEXPECTED_EOS the image ends too early
GLB_CHUNK_LENGTH_UNALIGNED the length of chunk {0} is no multiple of 4
GLB_CHUNK_TOO_BIG chunk {0} of {1} bytes exceeds the length of the file
GLB_DUPLICATE_CHUNK there is a chunk {0} already
GLB_EMPTY_CHUNK chunk {0} is empty
GLB_INVALID_MAGIC the file starts with {0}, not with glTF
GLB_INVALID_VERSION the version of the container is {0}, not 2
GLB_LENGTH_MISMATCH the header says {0} bytes, there are {1}
GLB_LENGTH_TOO_SMALL the header says {0} bytes, less than any file has
GLB_UNEXPECTED_BIN_CHUNK the binary chunk is not the second one
GLB_UNEXPECTED_END_OF_CHUNK_DATA the file ends inside a chunk
GLB_UNEXPECTED_END_OF_CHUNK_HEADER the file ends inside the header of a chunk
GLB_UNEXPECTED_END_OF_HEADER the file ends inside its header
GLB_UNEXPECTED_FIRST_CHUNK the first chunk is {0}, not JSON
"""

WARNINGS = """
UNEXPECTED_PROPERTY the property is not known here
VALUE_NOT_IN_LIST the value {0} is none of {1}
ANIMATION_CHANNEL_TARGET_NODE_SKIN the mesh has a skin: moving its node has no effect
CAMERA_XMAG_YMAG_NEGATIVE the magnification is negative
CAMERA_YFOV_GEQUAL_PI yfov is half a turn or more
INVALID_EXTENSION_NAME_FORMAT the name is not PREFIX_name
KHR_MATERIALS_ANISOTROPY_ANISOTROPY_TEXTURE_TEXCOORD the normal texture reads another set of UVs
KHR_MATERIALS_CLEARCOAT_CLEARCOAT_NORMAL_TEXTURE_TEXCOORD the normal texture reads another set of UVs
KHR_MATERIALS_DISPERSION_NO_VOLUME dispersion needs KHR_materials_volume
KHR_MATERIALS_EMISSIVE_STRENGTH_ZERO_FACTOR the emissive factor is zero: the strength has no effect
KHR_MATERIALS_VOLUME_DOUBLE_SIDED a volume should not be double-sided
KHR_MATERIALS_VOLUME_NO_TRANSMISSION a volume needs an extension that lets light through
MATERIAL_ALPHA_CUTOFF_INVALID_MODE alphaCutoff has an effect only with MASK
MESH_PRIMITIVE_NO_POSITION the primitive has no POSITION
MESH_PRIMITIVE_TANGENT_WITHOUT_NORMAL the primitive has TANGENT, but no NORMAL
MULTIPLE_EXTENSIONS the extension may not go with the others
NODE_SKINNED_MESH_LOCAL_TRANSFORMS the mesh has a skin: the node's transform has no effect
NODE_SKINNED_MESH_NON_ROOT the mesh has a skin: transforms of the parents have no effect
NON_RELATIVE_URI the URI {0} is not relative
UNKNOWN_ASSET_MINOR_VERSION version 2.{0} of glTF is not known
MESH_PRIMITIVE_GENERATED_TANGENT_SPACE the primitive lacks tangents: each renderer computes its own
MESH_PRIMITIVE_INCOMPATIBLE_MODE {0} vertices or indices do not fit the mode {1}
NODE_SKINNED_MESH_WITHOUT_SKIN the mesh has joints, the node has no skin
ACCESSOR_JOINTS_USED_ZERO_WEIGHT {0} joints without weight are not 0; the first is {2}, at vertex {1}
BUFFER_GLB_CHUNK_TOO_BIG the binary chunk has {0} bytes more than the buffer
DATA_URI_GLB a GLB has a data URI
IMAGE_FEATURES_UNSUPPORTED the image has a colour profile, pixels that are not square, or frames
IMAGE_UNRECOGNIZED_FORMAT the format of the image is not known
GLB_EXTRA_DATA bytes follow the end of the GLB
GLB_UNKNOWN_CHUNK_TYPE the chunk type {0} is not known
"""

INFOS = """
EXTRA_PROPERTY the property has no effect here
KHR_MATERIALS_IRIDESCENCE_THICKNESS_RANGE_WITHOUT_TEXTURE the minimum has no effect without a texture
KHR_MATERIALS_IRIDESCENCE_THICKNESS_TEXTURE_UNUSED minimum and maximum are equal: the texture has no effect
NODE_EMPTY the node is empty
NODE_MATRIX_DEFAULT the matrix is the identity, which is the default
NON_OBJECT_EXTRAS extras should be an object
INCOMPLETE_EXTENSION_SUPPORT not all of the extension is checked
UNSUPPORTED_EXTENSION {0} is not checked
UNUSED_MESH_TANGENT the material has no normal texture: tangents have no effect
UNUSED_MESH_WEIGHTS every node overrides the weights
UNUSED_OBJECT nothing uses it
ACCESSOR_INDEX_TRIANGLE_DEGENERATE {0} of {1} triangles have a corner twice
IMAGE_NPOT_DIMENSIONS the image has {0} × {1} pixels, not powers of two
URI_GLB a GLB names another file
GLB_EMPTY_BIN_CHUNK the binary chunk is empty
"""

HINTS = """
BUFFER_VIEW_TARGET_MISSING a view of vertices or indices should have a target
"""

GLTF = _rows("error", ERRORS) | _rows("warning", WARNINGS) | _rows("info", INFOS) | _rows("hint", HINTS)
