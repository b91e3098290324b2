//! The nodes of a long list in their order: blocks of them that know how many elements they hold, so that an index is
//! found without a look at most nodes, and nothing long ever moves.

use std::collections::VecDeque;

use crate::types::Listpack;

/// The most nodes of a block.
const MOST: usize = 256;

/// Where a node is, until nodes come or go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct At {
    block: usize,
    node: usize,
}

struct Node {
    pack: Listpack,
    /// How many elements are in it.
    len: u32,
}

#[derive(Default)]
struct Block {
    nodes: VecDeque<Node>,
    len: usize,
}

/// Nodes, none of them empty.
#[derive(Default)]
pub(super) struct Chain {
    blocks: VecDeque<Block>,
    len: usize,
}

/// How many elements are in a node and in what it is a part of.
pub(super) struct Counts<'a> {
    node: &'a mut u32,
    block: &'a mut usize,
    chain: &'a mut usize,
}

impl Counts<'_> {
    /// There are so many in the node now.
    #[inline]
    pub(super) fn set(self, len: u32) {
        let more = (len as usize).wrapping_sub(*self.node as usize);
        *self.node = len;
        *self.block = self.block.wrapping_add(more);
        *self.chain = self.chain.wrapping_add(more);
    }
}

impl Node {
    fn new(pack: Listpack) -> Node {
        let len = pack.len() as u32;
        Node { pack, len }
    }
}

impl Block {
    /// Which node an index is in, and which of its elements that is.
    fn locate(&self, mut index: usize) -> (usize, usize) {
        if index >= self.len / 2 {
            let mut behind = self.len - index;
            for (at, node) in self.nodes.iter().enumerate().rev() {
                let len = node.len as usize;
                if behind <= len {
                    return (at, len - behind);
                }
                behind -= len;
            }
        }
        for (at, node) in self.nodes.iter().enumerate() {
            let len = node.len as usize;
            if index < len {
                return (at, index);
            }
            index -= len;
        }
        (self.nodes.len(), index)
    }
}

impl Chain {
    /// How many elements there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// How many nodes there are.
    pub(super) fn nodes(&self) -> usize {
        self.blocks.iter().map(|block| block.nodes.len()).sum()
    }

    /// Which node an index is in, and which of its elements that is. The index is that of an element.
    pub(super) fn locate(&self, mut index: usize) -> (At, usize) {
        let mut block = 0;
        if index >= self.len / 2 {
            let mut behind = self.len - index;
            for (at, here) in self.blocks.iter().enumerate().rev() {
                if behind <= here.len {
                    (block, index) = (at, here.len - behind);
                    break;
                }
                behind -= here.len;
            }
        } else {
            while let Some(here) = self.blocks.get(block).filter(|here| index >= here.len) {
                (block, index) = (block + 1, index - here.len);
            }
        }
        let Some(here) = self.blocks.get(block) else { return (At { block, node: 0 }, 0) };
        let (node, offset) = here.locate(index);
        (At { block, node }, offset)
    }

    /// The node at an end.
    pub(super) fn end(&self, front: bool) -> At {
        if front {
            return At::default();
        }
        let block = self.blocks.len().saturating_sub(1);
        At { block, node: self.blocks.get(block).map_or(0, |block| block.nodes.len().saturating_sub(1)) }
    }

    /// The node behind, or in front of, this one.
    pub(super) fn step(&self, at: At, backwards: bool) -> Option<At> {
        if backwards {
            return match at {
                At { block: 0, node: 0 } => None,
                At { block, node: 0 } => {
                    let nodes = self.blocks.get(block - 1)?.nodes.len();
                    Some(At { block: block - 1, node: nodes.checked_sub(1)? })
                }
                At { block, node } => Some(At { block, node: node - 1 }),
            };
        }
        if at.node + 1 < self.blocks.get(at.block)?.nodes.len() {
            return Some(At { node: at.node + 1, ..at });
        }
        self.blocks.get(at.block + 1).map(|_| At { block: at.block + 1, node: 0 })
    }

    #[inline]
    pub(super) fn pack(&self, at: At) -> Option<&Listpack> {
        Some(&self.blocks.get(at.block)?.nodes.get(at.node)?.pack)
    }

    /// Changes the elements of a node; it must not lose all of them.
    pub(super) fn edit<R>(&mut self, at: At, change: impl FnOnce(&mut Listpack) -> R) -> Option<R> {
        let block = self.blocks.get_mut(at.block)?;
        let node = block.nodes.get_mut(at.node)?;
        let result = change(&mut node.pack);
        let len = node.pack.len() as u32;
        Counts { node: &mut node.len, block: &mut block.len, chain: &mut self.len }.set(len);
        Some(result)
    }

    /// The elements of the node at an end, and what to tell how many there are then; they must not all go.
    #[inline]
    pub(super) fn end_mut(&mut self, front: bool) -> Option<(&mut Listpack, Counts<'_>)> {
        let block = if front { self.blocks.front_mut() } else { self.blocks.back_mut() }?;
        let node = if front { block.nodes.front_mut() } else { block.nodes.back_mut() }?;
        let counts = Counts { node: &mut node.len, block: &mut block.len, chain: &mut self.len };
        Some((&mut node.pack, counts))
    }

    /// Adds a node at an end.
    pub(super) fn push(&mut self, front: bool, pack: Listpack) {
        let end = if front { self.blocks.front() } else { self.blocks.back() };
        if end.is_none_or(|block| block.nodes.len() >= MOST) {
            match front {
                true => self.blocks.push_front(Block::default()),
                false => self.blocks.push_back(Block::default()),
            }
        }
        let at = self.end(front);
        let nodes = self.blocks.get(at.block).map_or(0, |block| block.nodes.len());
        self.insert(At { node: if front { 0 } else { nodes }, ..at }, pack);
    }

    /// Adds a node in front of this one, or behind the last of the block; where it is. Others may move.
    pub(super) fn insert(&mut self, at: At, pack: Listpack) -> At {
        let node = Node::new(pack);
        let Some(block) = self.blocks.get_mut(at.block) else { return at };
        let len = node.len as usize;
        self.len += len;
        block.len += len;
        block.nodes.insert(at.node.min(block.nodes.len()), node);
        if block.nodes.len() <= MOST {
            return at;
        }
        let nodes = block.nodes.split_off(MOST / 2);
        let len = nodes.iter().map(|node| node.len as usize).sum();
        block.len -= len;
        self.blocks.insert(at.block + 1, Block { nodes, len });
        match at.node.checked_sub(MOST / 2) {
            Some(node) => At { block: at.block + 1, node },
            None => at,
        }
    }

    /// Takes a node out.
    pub(super) fn remove(&mut self, at: At) -> Option<Listpack> {
        let block = self.blocks.get_mut(at.block)?;
        let node = block.nodes.remove(at.node)?;
        block.len -= node.len as usize;
        self.len -= node.len as usize;
        if block.nodes.is_empty() {
            self.blocks.remove(at.block);
        } else if block.nodes.len() < block.nodes.capacity() / 4 {
            block.nodes.shrink_to(2 * block.nodes.len());
        }
        Some(node.pack)
    }

    /// All nodes in order.
    pub(super) fn packs(&self) -> impl Iterator<Item = &Listpack> {
        self.blocks.iter().flat_map(|block| block.nodes.iter().map(|node| &node.pack))
    }

    /// The bytes that blocks take, without the nodes.
    pub(super) fn allocated(&self) -> usize {
        let blocks: usize = self.blocks.iter().map(|block| block.nodes.capacity() * size_of::<Node>()).sum();
        blocks + self.blocks.capacity() * size_of::<Block>() + size_of::<Chain>()
    }
}
