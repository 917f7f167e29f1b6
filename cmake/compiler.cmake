# Warnings are errors; sanitizers and the faster linker are chosen here, once for every room.
# Designated initializers name what differs from the default, so a missing field is meant.
add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Werror -Wswitch -Wno-missing-field-initializers
                    -fno-omit-frame-pointer)

if(SENNIT_SANITIZE)
  add_compile_options(-fsanitize=${SENNIT_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SENNIT_SANITIZE})
endif()

find_program(SENNIT_MOLD mold)
if(SENNIT_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

find_program(SENNIT_CCACHE ccache)
if(SENNIT_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${SENNIT_CCACHE})
endif()
